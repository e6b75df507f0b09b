import { NavigationTarget, router, view } from '@forge/bridge';
import { Board } from './board';
import { element, icon, icons } from './dom';
import { listIssues, listNames, type Issue } from './jira';
import { panel } from './panel';
import { listPages, type Page } from './remote';
import './style.css';

const root = document.getElementById('board')!;

const start = async () => {
  const [context] = await Promise.all([view.getContext(), view.theme.enable()]);
  const board = new Board({ accountId: context.accountId, locale: context.locale });
  const project = context.extension.project as { key: string } | undefined;
  const side = element('aside', { class: 'side', 'aria-label': 'From the products' });
  root.replaceChildren(element('div', { class: 'columns' }, board.root, side));
  await board.load();

  if (project) {
    side.append(panel('Jira', `Issues of ${project.key}`, () => listIssues(project.key), issue => issueEntry(issue, project.key, board)));
    listNames().then(names => board.know(names), () => { /* They stay colleagues, then. */ });
  }
  side.append(panel('Confluence', 'Pages that you may read', async () => (await listPages()).slice(0, 6), pageEntry));

  // Others are at work too: whoever comes back sees what they have done.
  addEventListener('focus', () => void board.load());
};

const issueEntry = (issue: Issue, projectKey: string, board: Board) => {
  const add = element('button', {
    type: 'button', class: 'icon', title: 'Make a task of it', 'aria-label': `Make a task of ${issue.key}`,
    onclick: async () => {
      add.disabled = true;
      await board.make({ description: `${issue.key} ${issue.fields.summary}`, team: projectKey, department: 'Jira' });
      add.disabled = false;
    },
  }, icon(icons.add));
  return element('div', { class: 'entry' },
    element('div', {},
      element('a', { href: '#', onclick: goTo({ target: NavigationTarget.Issue, issueKey: issue.key }) }, issue.fields.summary),
      element('small', {}, `${issue.key} · ${issue.fields.status.name}`)),
    add);
};

const pageEntry = (page: Page) => element('div', { class: 'entry' },
  icon(icons.page),
  element('div', {},
    element('a', { href: '#', onclick: goTo({ target: NavigationTarget.ContentView, contentId: page.id }) }, page.title),
    element('small', {}, page.space.name)));

const goTo = (location: Parameters<typeof router.open>[0]) => (event: Event) => {
  event.preventDefault();
  void router.open(location);
};

start().catch((error: Error) => root.replaceChildren(element('div', { class: 'state is-error', role: 'alert' },
  element('h3', {}, 'Task Board could not start'), element('p', {}, error.message))));
