// Before the first paint, so that nothing flashes: this is no module.
(() => {
  const order = ['system', 'light', 'dark'];
  const apply = theme => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  const read = () => {
    try {
      const kept = localStorage.getItem('console.theme');
      return order.includes(kept) ? kept : 'system';
    } catch {
      return 'system';
    }
  };
  window.consoleTheme = {
    current: read,
    next() {
      const theme = order[(order.indexOf(read()) + 1) % order.length];
      localStorage.setItem('console.theme', theme);
      apply(theme);
      dispatchEvent(new Event('themechange'));
      return theme;
    },
  };
  apply(read());
})();
