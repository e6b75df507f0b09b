import { invokeRemote } from '@forge/bridge';

/** A task of the site, as the backend keeps it. */
export interface Task {
  id: string;
  department: string;
  team: string;
  description: string;
  done: boolean;
  createdBy: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface TaskList {
  tasks: Task[];
  nextCursor: string | null;
}

export type NewTask = Pick<Task, 'department' | 'team' | 'description'>;

export interface Page {
  id: string;
  title: string;
  space: { key: string; name: string };
}

/** The backend has answered that it can't. What never came to an answer is the bridge's own Error. */
export class RemoteError extends Error {
  constructor(message: string, readonly status: number) {
    super(message);
  }
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

// The platform adds who calls, and for which site: there is nothing to say about that here.
const call = async <T>(method: Method, path: string, body?: unknown): Promise<T> => {
  const response = await invokeRemote({ method, path, body });
  if (response.status >= 200 && response.status < 300) return response.body as T;
  const problem = response.body?.error as { message?: string } | undefined;
  throw new RemoteError(problem?.message ?? `The backend answered ${response.status}.`, response.status);
};

const pathOf = (task: Task) => `/tasks/${encodeURIComponent(task.id)}`;

export const listTasks = (cursor?: string | null) =>
  call<TaskList>('GET', `/tasks/?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);

export const addTask = async (task: NewTask) => (await call<{ task: Task }>('POST', '/tasks/', task)).task;

/** With its version: if somebody else has changed the task since, the backend answers 409. */
export const finishTask = async (task: Task, done: boolean) =>
  (await call<{ task: Task }>('PATCH', pathOf(task), { done, version: task.version })).task;

export const deleteTask = (task: Task) => call<void>('DELETE', pathOf(task));

/** Pages that the backend gets from Confluence, as the person who looks. */
export const listPages = async () => (await call<{ results: Page[] }>('GET', '/confluence/content?as=user')).results;
