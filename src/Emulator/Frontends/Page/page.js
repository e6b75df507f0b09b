// The product's side of the bridge: takes the commands of the app in the frame (bridge.js), does what concerns this page, and hands the rest
// to the emulator, POST /bridge/{command}.
const setting = JSON.parse(document.getElementById('setting').textContent);
const frames = new Map();
const subscriptions = new Map();
let lastNumber = 0;

/** A frame with a part of the app in it, and its end of the bridge. */
class AppFrame {
  constructor(element, { resource, modal = null }) {
    this.element = element;
    this.modal = modal;
    this.closing = [];
    this.resource = resource;
    frames.set(element, this);
    this.load();
  }

  load() {
    this.element.src = `${setting.frameBase}${encodeURIComponent(this.resource)}/`;
  }

  connect(port) {
    this.forget();
    this.port = port;
    this.answers = new Map();
    if (this.modal) this.element.contentWindow.focus();
    port.onmessage = ({ data }) => {
      if (data.command) this.answer(data);
      else if (data.violation) tellOfViolation(data.violation);
      else if (data.answer) this.answers.get(data.answer)?.();
      else if (data.escape) leaveModal();
    };
  }

  async answer({ id, command, payload }) {
    try {
      const result = Object.hasOwn(commands, command) ? await commands[command](payload, this) : await emulator(command, payload);
      this.port.postMessage({ id, result });
    } catch (error) {
      this.port.postMessage({ id, error: error.message });
    }
  }

  call(callback, argument) {
    this.port?.postMessage({ callback, argument });
  }

  callAndWait(callback) {
    const answer = ++lastNumber;
    return new Promise(resolve => {
      this.answers.set(answer, resolve);
      setTimeout(resolve, 2000);
      this.port.postMessage({ callback, answer });
    });
  }

  forget() {
    this.closing = [];
    for (const [number, { frame }] of subscriptions) if (frame === this) subscriptions.delete(number);
  }

  dispose() {
    this.forget();
    frames.delete(this.element);
  }
}

const emulator = async (command, payload) => {
  let response;
  try {
    response = await fetch(`/bridge/${encodeURIComponent(command)}?${setting.query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: payload === undefined ? undefined : JSON.stringify(payload),
    });
  } catch {
    throw new Error('The emulator does not answer: is it still running?');
  }
  const answer = await response.json().catch(() => ({ message: `The emulator answered ${response.status}.` }));
  if (!response.ok) throw new Error(answer.message);
  return answer;
};

const commands = {
  async getContext(payload, { modal }) {
    const context = await emulator('getContext');
    context.theme.colorMode = globalThis.colorMode.current;
    if (modal) context.extension.modal = modal.context;
    return context;
  },
  enableTheming: async () => globalThis.colorMode.current,
  getFrameId: async (payload, { element }) => element.name,
  isRovoEnabled: async () => false,
  emitReadyEvent: async () => {},
  async changeWindowTitle(title) {
    document.title = String(title);
  },
  async showFlag(flag, frame) {
    showFlag({
      ...flag,
      actions: (flag.actions ?? []).map(({ text, onClick }) => ({ text, onClick: () => frame.call(onClick?.__callback) })),
    });
    return true;
  },
  async closeFlag({ id }) {
    document.querySelector(`[data-flag="${CSS.escape(id)}"]`)?.remove();
    return true;
  },
  async navigate({ type, ...location }) {
    if (location.target === 'module' && setting.modules.includes(location.moduleKey) && type === 'same-tab') {
      window.location.assign(`/apps/${encodeURIComponent(setting.site)}/${encodeURIComponent(location.moduleKey)}?user=${encodeURIComponent(setting.user)}`);
      return;
    }
    const url = urlOf(location);
    const isOfSite = url.startsWith(`${setting.siteUrl}/`);
    showFlag({
      id: `navigation-${++lastNumber}`,
      type: 'info',
      title: type === 'new-tab' ? 'The app opens a new tab' : 'The app goes to another page',
      description: isOfSite ? `${url}\nThe site is an emulated one, so there is nothing to see.` : url,
      actions: isOfSite ? [] : [{ text: 'Open it', href: url }],
    });
  },
  getUrl: async location => urlOf(location),
  reload: async (payload, frame) => frame.load(),
  refresh: async (payload, frame) => frame.load(),
  async openModal(options, opener) {
    openModal(options, opener);
    return true;
  },
  close: async (payload, frame) => frame.modal ? (await closeModal(frame, payload), true) : false,
  submit: async (payload, frame) => frame.modal ? (await closeModal(frame, payload), true) : false,
  async onClose(callback, frame) {
    if (!frame.modal) return false;
    frame.closing.push(callback.__callback);
    return true;
  },
  on: (payload, frame) => subscribe('app', payload, frame),
  onPublic: (payload, frame) => subscribe('public', payload, frame),
  async unsubscribe({ subscription }) {
    subscriptions.delete(subscription);
  },
  emit: async payload => publish('app', payload),
  emitPublic: async payload => publish('public', payload),
};

const subscribe = async (scope, { event, callback }, frame) => {
  subscriptions.set(++lastNumber, { scope, event, callback: callback.__callback, frame });
  return lastNumber;
};

const publish = (scope, { event, payload }) => {
  for (const subscription of subscriptions.values()) {
    if (subscription.scope === scope && subscription.event === event) subscription.frame.call(subscription.callback, payload);
  }
};

const places = {
  contentView: ({ contentId }) => `/wiki/pages/viewpage.action?pageId=${contentId}`,
  contentEdit: ({ contentId }) => `/wiki/pages/resumedraft.action?draftId=${contentId}`,
  contentList: ({ spaceKey }) => `/wiki/spaces/${spaceKey}/pages`,
  spaceView: ({ spaceKey }) => `/wiki/spaces/${spaceKey}`,
  module: ({ moduleKey, path = '' }) => `/apps/${moduleKey}/${path}`,
  userProfile: ({ accountId }) => `/people/${accountId}`,
  dashboard: ({ dashboardId }) => `/jira/dashboards/${dashboardId}`,
  issue: ({ issueKey }) => `/browse/${issueKey}`,
  projectSettingsDetails: ({ projectKey }) => `/plugins/servlet/project-config/${projectKey}`,
};

const urlOf = location => {
  if (location.target && !Object.hasOwn(places, location.target)) {
    throw new Error(`There is no navigation target "${location.target}". The targets: ${Object.keys(places).join(', ')}.`);
  }
  const url = URL.parse(location.target ? places[location.target](location) : String(location.url), `${setting.siteUrl}/`);
  if (!url || !['http:', 'https:', 'mailto:'].includes(url.protocol)) throw new Error(`"${location.url}" is no address that a product would go to.`);
  return url.href;
};

// Flags: the messages of products, below on the left.
const icons = { info: 'i', success: '✓', warning: '!', error: '!' };

const showFlag = ({ id, title, description, type = 'info', actions = [], isAutoDismiss }) => {
  document.querySelector(`[data-flag="${CSS.escape(id)}"]`)?.remove();
  const flag = document.getElementById('flag').content.firstElementChild.cloneNode(true);
  const close = () => flag.remove();
  flag.dataset.flag = id;
  flag.dataset.type = Object.hasOwn(icons, type) ? type : 'info';
  flag.setAttribute('role', type === 'error' ? 'alert' : 'status');
  flag.querySelector('.flag-icon').textContent = icons[flag.dataset.type];
  flag.querySelector('.flag-title').textContent = title ?? '';
  flag.querySelector('.flag-text').textContent = description ?? '';
  flag.querySelector('.flag-close').addEventListener('click', close);
  for (const { text, href, onClick } of actions) {
    const action = document.createElement(href ? 'a' : 'button');
    if (href) Object.assign(action, { href, target: '_blank', rel: 'noopener noreferrer' });
    else action.type = 'button';
    action.textContent = text;
    action.addEventListener('click', () => onClick?.());
    flag.querySelector('.flag-actions').append(action);
  }
  document.getElementById('flags').append(flag);
  if (isAutoDismiss) setTimeout(close, 8000);
};

// What the app's Content-Security-Policy has stopped, and what would allow it.
const remedies = {
  'connect-src': 'Call your remote with invokeRemote or requestRemote, the products with requestJira and requestConfluence; or list the host at permissions.external.fetch.client.',
  'img-src': 'List the host at permissions.external.images.',
  'media-src': 'List the host at permissions.external.media.',
  'font-src': 'Put the font into the bundle, or list its host at permissions.external.fonts.',
  'frame-src': 'List the host at permissions.external.frames.',
  'script-src': 'Put the script into a file of the bundle, beside its index.html; see permissions.content.scripts and permissions.external.scripts.',
  'style-src': 'Put the styles into a file of the bundle; see permissions.content.styles (unsafe-inline) and permissions.external.styles.',
};
const told = new Set();

const tellOfViolation = ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) => {
  const what = blockedURI || 'inline code';
  const key = `${effectiveDirective} ${what}`;
  if (told.has(key) || told.size >= 5) return;
  told.add(key);
  const directive = effectiveDirective.replace(/-(elem|attr)$/, '');
  const place = sourceFile ? ` (${sourceFile.split('/').at(-1)}:${lineNumber})` : '';
  showFlag({
    id: `violation-${key}`,
    type: 'warning',
    title: 'Forge would not allow this',
    description: `${effectiveDirective}: ${what}${place}. ${remedies[directive] ?? 'The app\'s Content-Security-Policy forbids it.'}`,
  });
};

// Modals: another frame of the app above this page.
const sizes = { small: '400px', medium: '600px', large: '800px', xlarge: '968px', max: '100vw', fullscreen: '100vw', resizable: '600px' };

const openModal = (options, opener) => {
  const dialog = document.createElement('dialog');
  dialog.className = 'modal';
  const size = options.size;
  dialog.style.setProperty('--width', typeof size === 'object' ? size.width : sizes[size] ?? sizes.medium);
  if (typeof size === 'object' && size.height) dialog.style.setProperty('--height', size.height);
  const element = Object.assign(document.createElement('iframe'), { title: options.title || setting.title, name: `modal-${++lastNumber}` });
  dialog.append(element);
  document.body.append(dialog);
  const frame = new AppFrame(element, {
    resource: options.resource ?? opener.resource,
    modal: {
      context: options.context,
      dialog,
      escape: () => options.closeOnEscape !== false && closeModal(frame),
      done: payload => opener.call(options.onClose?.__callback, payload),
    },
  });
  dialog.addEventListener('cancel', event => {
    event.preventDefault();
    leaveModal();
  });
  // A browser may close a dialog without asking first.
  dialog.addEventListener('close', () => closeModal(frame));
  dialog.addEventListener('click', event => {
    if (event.target === dialog && options.closeOnOverlayClick !== false) closeModal(frame);
  });
  // Until the app is there to hear what is pressed, the dialog does.
  dialog.autofocus = true;
  dialog.showModal();
};

// Whichever frame has heard it: the browser may leave the keyboard with the one that opened the modal.
const leaveModal = () => [...frames.values()].findLast(({ modal }) => modal && !modal.isClosing)?.modal.escape();

const closeModal = async (frame, payload) => {
  if (frame.modal.isClosing) return;
  frame.modal.isClosing = true;
  await Promise.all(frame.closing.map(callback => frame.callAndWait(callback)));
  frame.modal.dialog.close();
  frame.modal.done(payload);
  // Its last answer is on the way still.
  setTimeout(() => {
    frame.dispose();
    frame.modal.dialog.remove();
  });
};

addEventListener('message', ({ source, origin, data, ports }) => {
  if (origin !== setting.frameOrigin || data?.bridge !== 'forge-emulator' || ports.length !== 1) return;
  for (const [element, frame] of frames) if (element.contentWindow === source) frame.connect(ports[0]);
});
addEventListener('colormode', () => {
  for (const frame of frames.values()) frame.port?.postMessage({ colorMode: globalThis.colorMode.current });
});

const app = document.getElementById('app');
if (app) new AppFrame(app, { resource: setting.resource });

for (const select of document.querySelectorAll('select[data-go]')) {
  select.addEventListener('change', () => window.location.assign(select.value));
}
