/** Lists the variables that the file has set, for the next file. */
const VARIABLES = 'LOCAL_AWS_VARIABLES';

/** Variables of the user that clients would prefer to those of the file. */
const PREFERRED = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN'];

/** A file for a POSIX shell, to be read with `.`, which sets environment variables. First it removes those that another such
 * file has set before, so that nothing of another local AWS remains. */
export function shellEnvironment(environment: Record<string, string>): string {
  // `eval` splits the list in every shell; zsh doesn't split variables.
  const removing = `eval "unset ${[VARIABLES, ...PREFERRED].join(' ')} \${${VARIABLES}-}"`;
  const all = { ...environment, [VARIABLES]: Object.keys(environment).join(' ') };
  const setting = Object.entries(all).map(([name, value]) => `export ${name}=${quoted(value)}`);
  return `${[removing, ...setting].join('\n')}\n`;
}

function quoted(value: string): string {
  return /^[\w@%+=:,./-]*$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
