// How the console says numbers, times and names: the same everywhere.

const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayTime = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });
const plain = new Intl.NumberFormat('en-US');

export const number = value => plain.format(value ?? 0);

export const timeOf = text => {
  const at = new Date(text);
  return `${clockTime.format(at)}.${String(at.getMilliseconds()).padStart(3, '0')}`;
};

export const seconds = text => clockTime.format(new Date(text));

export const dayOf = text => dayTime.format(new Date(text));

export const took = milliseconds => milliseconds === null || milliseconds === undefined ? ''
  : milliseconds < 1000 ? `${Math.round(milliseconds)} ms`
  : `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;

export const bytes = count => count < 1024 ? `${number(count)} B` : count < 1024 * 1024 ? `${(count / 1024).toFixed(1)} KB` : `${(count / 1024 / 1024).toFixed(1)} MB`;

export const span = total => {
  const rest = Math.round(total);
  if (rest < 60) return `${rest} s`;
  if (rest < 3600) return `${Math.floor(rest / 60)} min${rest % 60 ? ` ${rest % 60} s` : ''}`;
  if (rest < 86_400) return `${Math.floor(rest / 3600)} h${Math.floor(rest % 3600 / 60) ? ` ${Math.floor(rest % 3600 / 60)} min` : ''}`;
  return `${Math.floor(rest / 86_400)} d${Math.floor(rest % 86_400 / 3600) ? ` ${Math.floor(rest % 86_400 / 3600)} h` : ''}`;
};

/** Kinds of requests: what they are called, and their time limits in milliseconds (contract, section 1). */
export const kinds = {
  invoke: { name: 'invoke', title: 'invokeRemote of a frontend', limit: 25_000 },
  fetch: { name: 'request', title: 'requestRemote of a frontend', limit: null },
  function: { name: 'function', title: 'invokeRemote of a Forge function', limit: 25_000 },
  event: { name: 'event', title: 'product event', limit: 5_000 },
  lifecycle: { name: 'lifecycle', title: 'lifecycle event', limit: 5_000 },
  trigger: { name: 'trigger', title: 'scheduled trigger', limit: 5_000 },
  preUninstall: { name: 'uninstall', title: 'pre-uninstall hook', limit: 55_000 },
  webTrigger: { name: 'web trigger', title: 'web trigger', limit: 55_000 },
};

export const verdicts = {
  kept: 'Kept the contract',
  warned: 'Kept the contract, with a warning',
  broken: 'Broke the contract',
  running: 'Running',
};

export const siteName = (sites, id) => sites.find(site => site.id === id)?.name ?? id;
