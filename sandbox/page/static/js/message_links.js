// Links to messages: they have Discord's addresses, and lead to the message here, as in Discord's own client.

const ADDRESS = /^https:\/\/(?:(?:www|ptb|canary)\.)?discord\.com\/channels\/\d+\/(?<channelId>\d+)(?:\/(?<messageId>\d+))?\/?$/;

export function followMessageLinks({ go }) {
  document.addEventListener("click", (event) => {
    const found = ADDRESS.exec(event.target.closest?.("a[href]")?.href ?? "");
    if (!found) return;
    event.preventDefault();
    go(found.groups.channelId, found.groups.messageId ?? null);
  });
}
