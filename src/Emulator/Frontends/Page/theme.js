// Before anything is drawn: light or dark, as the reader chose here, or as the system says.
(() => {
  'use strict';
  const key = 'forge-emulator-colors';
  const system = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const apply = () => {
    document.documentElement.dataset.colorMode = chosen() ?? (system.matches ? 'dark' : 'light');
    dispatchEvent(new Event('colormode'));
  };
  system.addEventListener('change', apply);
  globalThis.colorMode = {
    get current() { return document.documentElement.dataset.colorMode; },
    toggle() {
      try { localStorage.setItem(key, this.current === 'dark' ? 'light' : 'dark'); } catch { /* It lasts as long as the page, then. */ }
      apply();
    },
  };
  apply();
  addEventListener('DOMContentLoaded', () => {
    document.querySelector('[data-toggle-colors]')?.addEventListener('click', () => globalThis.colorMode.toggle());
  });
})();
