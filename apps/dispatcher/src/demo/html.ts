/** A text as it stands in HTML, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** A button that leads to a web address; of anything else only its label is shown. */
export function linkButton(label: string, url: string): string {
  if (!/^https?:\/\//i.test(url)) return `<span class="button">${escapeHtml(label)}</span>`;
  return `<a class="button" rel="noreferrer" href="${escapeHtml(url)}">${escapeHtml(label)}</a>`;
}
