/** zone is the time zone that every time on the page is written in: the browser's. It is named once, in the page's frame. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
