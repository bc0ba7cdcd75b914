const { readFileSync } = require('node:fs');
const { LineCounter, parseDocument } = require('yaml');
const expressionFault = require('./schedule-expression.cjs');

const MOST_NAME_CHARACTERS = 64;
const REQUIRED = ['name', 'expression', 'request'];

/** What each field of a schedule may be: a function returns what is wrong with a value. */
const FIELDS = {
  name: nameFault,
  expression: expressionFault,
  timeZone: timeZoneFault,
  enabled: (value) => (typeof value === 'boolean' ? undefined : `${JSON.stringify(value)} is neither true nor false.`),
  request: (request, { requestFaults }) => requestFaults(request),
};

/**
 * Reads the schedules file as plain YAML: nothing in it is run or replaced.
 * @param file the path; empty for no schedules
 * @param stack the name of the stack, with which the names of its schedules start
 * @returns the entries, and a sentence for each fault that names the entry and the field. With faults there are no entries
 */
module.exports = async (file, stack) => {
  const { entries = [], fault } = file === '' ? {} : entriesOf(file);
  if (fault) return withFaults([`${file}: ${fault}`]);
  if (entries.length === 0) return { schedules: [], faults: [] };
  const requestFaults = await loadRequestFaults();
  if (!requestFaults) return withFaults(['The functions are not built. Run npm run build first.']);
  const faults = [
    ...entries.flatMap((entry, index) => entryFaults(entry, index, { stack, requestFaults })),
    ...sameNames(entries),
  ];
  return faults.length > 0 ? withFaults(faults.map((text) => `${file}: ${text}`)) : { schedules: entries, faults };
};

/** Each fault is one line. */
function withFaults(faults) {
  return { schedules: [], faults: faults.map((text) => text.replace(/\s+/g, ' ')) };
}

/** The check of requests, which is that of PlanExports; undefined before the build. */
async function loadRequestFaults() {
  try {
    return (await import('../.build/request-faults.mjs')).requestFaults;
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function entriesOf(file) {
  try {
    const lineCounter = new LineCounter();
    const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter, prettyErrors: false });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem)
      return { fault: `line ${lineCounter.linePos(problem.pos[0]).line} is not plain YAML: ${problem.message}` };
    const value = document.toJS() ?? [];
    // osls would replace variables in what it is given: they read files and the environment, and run code.
    if (JSON.stringify(value).includes('${'))
      return { fault: 'contains ${, but variables are not replaced here. Write the values out.' };
    return Array.isArray(value)
      ? { entries: value }
      : { fault: 'is not a list of schedules, each with a name, an expression and a request.' };
  } catch (error) {
    return { fault: `cannot be read: ${error.message}` };
  }
}

/** Each fault with the schedule's name, or its place in the list, and the field. */
function entryFaults(entry, index, context) {
  const which = typeof entry?.name === 'string' ? JSON.stringify(entry.name) : `number ${index + 1}`;
  return faultsOfFields(entry, context).map((text) => `schedule ${which}: ${text}`);
}

function faultsOfFields(entry, context) {
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) {
    return ['is not an object with a name, an expression and a request.'];
  }
  const missing = REQUIRED.filter((field) => entry[field] === undefined).map((field) => `${field}: is missing.`);
  const wrong = Object.entries(entry).flatMap(([field, value]) => {
    if (!Object.hasOwn(FIELDS, field))
      return [`${field}: is not a known field; the fields are ${Object.keys(FIELDS).join(', ')}.`];
    const fault = FIELDS[field](value, context);
    return fault ? [`${field}: ${fault}`] : [];
  });
  return [...missing, ...wrong];
}

function nameFault(name, { stack }) {
  if (typeof name !== 'string' || !/^[A-Za-z0-9_-]{1,30}$/.test(name)) {
    return `${JSON.stringify(name)} must be 1 to 30 letters, digits, hyphens and underscores.`;
  }
  const excess = `${stack}-${name}`.length - MOST_NAME_CHARACTERS;
  if (excess <= 0) return undefined;
  return `${stack}-${name} would have ${MOST_NAME_CHARACTERS + excess} characters; Scheduler allows ${MOST_NAME_CHARACTERS}. The longest name that fits has ${Math.max(0, name.length - excess)}.`;
}

/** Scheduler takes names of the IANA database, as they are written there; Intl also takes offsets, and any case. */
function timeZoneFault(timeZone) {
  const expected = `${JSON.stringify(timeZone)} is not the name of a time zone, such as Europe/Berlin`;
  if (typeof timeZone !== 'string' || !/^[A-Za-z]/.test(timeZone)) return `${expected}.`;
  try {
    const { timeZone: known } = new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions();
    const isSpelledOtherwise = known !== timeZone && known.toLowerCase() === timeZone.toLowerCase();
    return isSpelledOtherwise ? `${expected}. Write ${known}.` : undefined;
  } catch {
    return `${expected}.`;
  }
}

/** Two schedules may not have one logical id in CloudFormation, which has no hyphens and underscores. */
function sameNames(entries) {
  const names = entries.map((entry) => entry?.name).filter((name) => typeof name === 'string');
  return names.flatMap((name, index) => {
    const first = names.findIndex((other) => logicalId(other) === logicalId(name));
    return first < index
      ? [
          `schedule ${JSON.stringify(name)}: name: is too similar to ${JSON.stringify(names[first])}; names must differ in letters and digits.`,
        ]
      : [];
  });
}

/** `every-night` → `ScheduleEveryNight` */
function logicalId(name) {
  return `Schedule${name.replace(/(?:^|[-_]+)(\w)/g, (_, letter) => letter.toUpperCase()).replace(/[^A-Za-z0-9]/g, '')}`;
}
module.exports.logicalId = logicalId;
