"""Many servers over several processes, in real time, with figures: `make shards`."""
