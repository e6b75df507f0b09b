// The app's side of the bridge: what @forge/bridge finds as globalThis.__bridge when it is loaded. It stands first in the <head> of the app's
// page, in a frame of another origin, and hands every command to the emulator's page around it (page.js). Functions stay here: the page gets
// their numbers, and calls them by these.
(() => {
  'use strict';
  const { port1: port, port2: portOfPage } = new MessageChannel();
  const calls = new Map();
  const callbacks = new Map();
  const stylesheet = new URL('tokens.css', document.currentScript.src);
  let last = 0;
  let themed = null;

  const portable = value => {
    if (typeof value === 'function') {
      callbacks.set(++last, value);
      return { __callback: last };
    }
    if (Array.isArray(value)) return value.map(portable);
    if (value && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, portable(inner)]));
    }
    return value;
  };

  const send = (command, payload) => new Promise((resolve, reject) => {
    const id = ++last;
    calls.set(id, { resolve, reject });
    port.postMessage({ id, command, payload: portable(payload) });
  });

  // The history of a page in a product: here of the app alone, and of as long as it is open.
  const createHistory = () => {
    const listeners = new Set();
    const entries = [locationOf('/')];
    let index = 0;
    const history = {
      action: 'POP',
      location: entries[0],
      get length() { return entries.length; },
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      createHref: location => (typeof location === 'string' ? location : `${location.pathname ?? ''}${location.search ?? ''}${location.hash ?? ''}`),
      push: (to, state) => {
        entries.splice(index + 1, entries.length, locationOf(to, state, history.location));
        move(index + 1, 'PUSH');
      },
      replace: (to, state) => {
        entries[index] = locationOf(to, state, history.location);
        move(index, 'REPLACE');
      },
      go: steps => {
        const target = index + steps;
        if (target >= 0 && target < entries.length) move(target, 'POP');
      },
      goBack: () => history.go(-1),
      goForward: () => history.go(1),
      block: () => () => {},
    };
    const move = (to, action) => {
      index = to;
      history.action = action;
      history.location = entries[to];
      for (const listener of [...listeners]) listener(history.location, action);
    };
    return history;
  };

  const locationOf = (to, state, from) => {
    const given = typeof to === 'string' ? parse(to) : { ...to };
    return {
      pathname: given.pathname || from?.pathname || '/',
      search: given.search ?? '',
      hash: given.hash ?? '',
      state: state ?? given.state,
      key: Math.random().toString(36).slice(2, 8),
    };
  };

  const parse = text => {
    const { pathname, search, hash } = new URL(text, 'https://app.invalid');
    return { pathname: /^[?#]/.test(text) ? '' : pathname, search, hash };
  };

  const applyTheme = mode => {
    document.documentElement.dataset.colorMode = mode;
    document.documentElement.dataset.theme = 'light:light dark:dark spacing:spacing';
  };

  const here = {
    createHistory: async () => createHistory(),
    on: payload => subscribe('on', payload),
    onPublic: payload => subscribe('onPublic', payload),
    async enableTheming() {
      if (themed) return themed;
      themed = send('enableTheming').then(mode => new Promise(resolve => {
        applyTheme(mode);
        const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: stylesheet });
        link.onload = link.onerror = () => resolve();
        document.head.prepend(link);
      }));
      return themed;
    },
  };

  const subscribe = async (command, payload) => {
    const subscription = await send(command, payload);
    return { unsubscribe: () => void send('unsubscribe', { subscription }) };
  };

  const callBridge = async (command, payload) => {
    try {
      return await (Object.hasOwn(here, command) ? here[command](payload) : send(command, payload));
    } catch (error) {
      // Some functions of @forge/bridge keep a cause to themselves.
      console.warn(`callBridge("${command}"): ${error.message}`);
      throw error;
    }
  };

  port.onmessage = async ({ data }) => {
    if (data.id) {
      const { resolve, reject } = calls.get(data.id) ?? {};
      calls.delete(data.id);
      if (data.error === undefined) resolve?.(data.result);
      else reject?.(new Error(data.error));
    } else if (data.callback) {
      let result;
      try { result = await callbacks.get(data.callback)?.(data.argument); } catch (error) { console.error(error); }
      if (data.answer) port.postMessage({ answer: data.answer });
      return result;
    } else if (data.colorMode && themed) {
      applyTheme(data.colorMode);
    }
  };

  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) =>
    port.postMessage({ violation: { effectiveDirective, blockedURI, sourceFile, lineNumber } }));

  // What is pressed in a frame, the page around it doesn't hear: a modal is left by it all the same.
  addEventListener('keydown', event => {
    if (event.key === 'Escape' && !event.defaultPrevented) port.postMessage({ escape: true });
  });

  globalThis.__bridge = Object.freeze({ callBridge });
  // Only the emulator may put this page into a frame: its policy (frame-ancestors) sees to that.
  parent.postMessage({ bridge: 'forge-emulator' }, '*', [portOfPage]);
})();
