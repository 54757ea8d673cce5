// Runs before the first paint, so that a page with a chosen theme never flashes in the other one.
{
  const kept = localStorage.getItem('dagbook.theme')
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.dataset.theme = kept === 'light' || kept === 'dark' ? kept : dark ? 'dark' : 'light'
}
