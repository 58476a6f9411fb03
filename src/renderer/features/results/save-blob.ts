/** Hands a file made in the page to the user, by the browser's or the desktop's download. */
export async function saveBlob(content: Blob, name: string): Promise<void> {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
