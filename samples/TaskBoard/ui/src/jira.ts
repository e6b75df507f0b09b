import { requestJira } from '@forge/bridge';

export interface Issue {
  id: string;
  key: string;
  fields: { summary: string; status: { name: string } };
}

const problems = new Map([
  [401, 'Jira shows this to people who are logged in.'],
  [403, 'Jira does not show this to you.'],
  [429, 'Jira is asked too much at the moment. Try again in a while.'],
]);

// From the browser straight to Jira, as the person who looks; what Jira refuses is a response too.
const get = async <T>(path: string): Promise<T> => {
  const response = await requestJira(path);
  if (response.ok) return (await response.json()) as T;
  throw new Error(problems.get(response.status) ?? `Jira answered ${response.status}.`);
};

export const listIssues = async (projectKey: string) => {
  const jql = encodeURIComponent(`project = ${projectKey}`);
  return (await get<{ issues: Issue[] }>(`/rest/api/3/search/jql?jql=${jql}&fields=summary,status&maxResults=6`)).issues;
};

/** The names of people by their account ids. */
export const listNames = async () => {
  const users = await get<{ accountId: string; displayName: string }[]>('/rest/api/3/users/search?maxResults=50');
  return new Map(users.map(({ accountId, displayName }) => [accountId, displayName]));
};
