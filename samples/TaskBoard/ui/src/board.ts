import { showFlag } from '@forge/bridge';
import { ago, announce, element, icon, icons } from './dom';
import { addTask, deleteTask, finishTask, listTasks, RemoteError, type NewTask, type Task } from './remote';

type Filter = 'all' | 'open' | 'done';

const filters: [Filter, string][] = [['all', 'All'], ['open', 'Open'], ['done', 'Done']];

/** Who looks at the board. */
export interface Reader {
  accountId: string | undefined;
  locale: string;
}

/** The tasks of the site: all of what the reader can do with them. */
export class Board {
  readonly root: HTMLElement;
  private tasks: Task[] = [];
  private next: string | null = null;
  private filter: Filter = 'all';
  private names = new Map<string, string>();
  private readonly summary = element('p', { class: 'summary' });
  private readonly bar = element('progress', { 'aria-label': 'Done', max: 1 });
  private readonly tabs = element('div', { class: 'tabs', role: 'group', 'aria-label': 'Which tasks to show' });
  private readonly content = element('div', { class: 'content' });
  private readonly description = element('input', {
    id: 'description', name: 'description', maxlength: 10_000, required: true, autocomplete: 'off', placeholder: 'What needs to be done?',
  });
  private readonly team = element('input', { id: 'team', name: 'team', maxlength: 100, required: true, list: 'teams', autocomplete: 'off' });
  private readonly teams = element('datalist', { id: 'teams' });
  private readonly submit = element('button', { class: 'primary', type: 'submit' }, icon(icons.add), 'Add task');

  constructor(private readonly reader: Reader) {
    this.team.value = 'Everybody';
    this.root = element('section', { class: 'board', 'aria-labelledby': 'board-title' },
      element('header', { class: 'top' },
        element('div', {}, element('h2', { id: 'board-title', tabindex: -1 }, 'Tasks'), this.summary),
        this.bar),
      element('form', { class: 'new', onsubmit: (event: Event) => this.add(event) },
        element('div', { class: 'field grow' }, element('label', { for: 'description' }, 'New task'), this.description),
        element('div', { class: 'field' }, element('label', { for: 'team' }, 'Team'), this.team),
        this.teams,
        this.submit),
      this.tabs,
      this.content,
      element('p', { id: 'announcements', class: 'hidden', role: 'status' }));
  }

  /** Loads the tasks; what is seen already stays until they are there. */
  async load() {
    if (this.tasks.length === 0) this.showLoading();
    try {
      const { tasks, nextCursor } = await listTasks();
      [this.tasks, this.next] = [tasks, nextCursor];
      this.show();
    } catch (error) {
      this.showError(error as Error);
    }
  }

  /** Tells the board what people are called. */
  know(names: Map<string, string>) {
    this.names = names;
    if (this.tasks.length > 0) this.show();
  }

  /** Makes a task; true if it is made. */
  async make(task: NewTask): Promise<boolean> {
    try {
      const made = await addTask(task);
      this.tasks.push(made);
      if (this.filter === 'done') this.filter = 'all';
      this.show();
      announce(`Added: ${made.description}`);
      return true;
    } catch (error) {
      tell('The task was not added', error as Error);
      return false;
    }
  }

  private async add(event: Event) {
    event.preventDefault();
    const [description, team] = [this.description.value.trim(), this.team.value.trim()];
    if (!description || !team) return;
    this.submit.disabled = true;
    if (await this.make({ description, team, department: 'General' })) this.description.value = '';
    this.submit.disabled = false;
    this.description.focus();
  }

  private async finish(task: Task, box: HTMLInputElement) {
    box.disabled = true;
    try {
      this.replace(await finishTask(task, box.checked));
      announce(`${box.checked ? 'Done' : 'Open again'}: ${task.description}`);
      this.focus(task.id);
    } catch (error) {
      box.checked = !box.checked;
      box.disabled = false;
      await this.fail('The task was not changed', error as Error);
    }
  }

  private async remove(task: Task) {
    const index = this.visible().indexOf(task);
    try {
      await deleteTask(task);
    } catch (error) {
      if (!(error instanceof RemoteError && error.status === 404)) return this.fail('The task was not deleted', error as Error);
    }
    this.tasks = this.tasks.filter(other => other.id !== task.id);
    this.show();
    announce(`Deleted: ${task.description}`);
    // The button is gone: the next task's place is where the reader goes on.
    const following = this.visible()[Math.min(index, this.visible().length - 1)];
    if (following) this.focus(following.id);
    else this.root.querySelector<HTMLElement>('#board-title')?.focus();
  }

  private async fail(title: string, error: Error) {
    if (error instanceof RemoteError && [404, 409].includes(error.status)) {
      await this.load();
      tell(title, new Error('Somebody else has changed it in the meantime. This is how it is now.'));
    } else {
      tell(title, error);
    }
  }

  private async more() {
    try {
      const { tasks, nextCursor } = await listTasks(this.next);
      this.tasks.push(...tasks.filter(task => this.tasks.every(known => known.id !== task.id)));
      this.next = nextCursor;
      this.show();
    } catch (error) {
      tell('There are more tasks, but they did not come', error as Error);
    }
  }

  private replace(task: Task) {
    this.tasks = this.tasks.map(known => (known.id === task.id ? task : known));
    this.show();
  }

  private visible() {
    return this.tasks.filter(task => this.filter === 'all' || task.done === (this.filter === 'done'));
  }

  private focus(id: string) {
    this.content.querySelector<HTMLElement>(`[data-task="${CSS.escape(id)}"] input`)?.focus();
  }

  private show() {
    const done = this.tasks.filter(task => task.done).length;
    this.summary.textContent = this.tasks.length === 0 ? 'Nothing to do' : `${done} of ${this.tasks.length}${this.next ? '+' : ''} done`;
    this.bar.value = this.tasks.length === 0 ? 0 : done / this.tasks.length;
    this.teams.replaceChildren(...[...new Set(this.tasks.map(task => task.team))].map(team => element('option', { value: team })));
    this.showTabs(done);
    const visible = this.visible();
    this.content.replaceChildren(visible.length > 0
      ? element('ul', { class: 'tasks', 'aria-labelledby': 'board-title' }, ...visible.map(task => this.row(task)))
      : this.nothing());
    if (this.next) this.content.append(element('button', { class: 'subtle', type: 'button', onclick: () => this.more() }, 'Show more'));
  }

  private showTabs(done: number) {
    const counts = { all: this.tasks.length, open: this.tasks.length - done, done };
    const focused = this.tabs.contains(document.activeElement);
    this.tabs.hidden = this.tasks.length === 0;
    this.tabs.replaceChildren(...filters.map(([filter, title]) => element('button', {
      type: 'button',
      'aria-pressed': String(this.filter === filter),
      onclick: () => {
        this.filter = filter;
        this.show();
      },
    }, title, element('span', { class: 'count' }, String(counts[filter])))));
    if (focused) this.tabs.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
  }

  private row(task: Task): HTMLElement {
    const box = element('input', { type: 'checkbox', id: `done-${task.id}`, checked: task.done });
    box.addEventListener('change', () => void this.finish(task, box));
    return element('li', { class: task.done ? 'task is-done' : 'task', 'data-task': task.id },
      box,
      element('div', { class: 'what' },
        element('label', { for: `done-${task.id}` }, task.description),
        element('p', { class: 'about' },
          element('span', { class: 'team' }, task.team),
          element('span', {}, this.nameOf(task.createdBy)),
          element('time', { datetime: task.createdAt }, ago(task.createdAt, this.reader.locale)))),
      element('button', {
        type: 'button', class: 'icon', 'aria-label': `Delete: ${task.description}`, title: 'Delete', onclick: () => this.remove(task),
      }, icon(icons.bin)));
  }

  private nameOf(accountId: string | null) {
    if (accountId === null) return 'by the app';
    return accountId === this.reader.accountId ? 'by you' : `by ${this.names.get(accountId) ?? 'a colleague'}`;
  }

  private nothing() {
    const [title, text] = this.filter === 'done' ? ['Nothing is done yet', 'Tick a task when it is.']
      : this.filter === 'open' ? ['All done', 'There is no open task.']
      : ['No tasks yet', 'Write down the first thing that needs to be done. Everybody on this site will see it.'];
    return element('div', { class: 'state' }, icon('M3 8.5l3.2 3.2L13 4.8'), element('h3', {}, title!), element('p', {}, text!));
  }

  private showLoading() {
    this.content.replaceChildren(element('div', { class: 'skeletons', role: 'status', 'aria-label': 'Loading tasks' },
      ...[1, 2, 3, 4].map(() => element('span', { class: 'skeleton tall' }))));
  }

  private showError(error: Error) {
    this.tabs.hidden = true;
    this.summary.textContent = '';
    this.content.replaceChildren(element('div', { class: 'state is-error', role: 'alert' },
      icon('M8 4.5v4M8 11.2v.1'),
      element('h3', {}, 'The tasks could not be loaded'),
      element('p', {}, error.message),
      element('button', { type: 'button', onclick: () => this.load() }, icon(icons.again), 'Try again')));
  }
}

const tell = (title: string, error: Error) =>
  void showFlag({ id: `problem-${Date.now()}`, type: 'error', title, description: error.message, actions: [] });
