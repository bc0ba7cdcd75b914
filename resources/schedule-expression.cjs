const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const WEEKDAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

/** The fields of cron(…), in their order: the smallest and the greatest value, names for the values, and what else one may be. */
const CRON_FIELDS = [
  { name: 'minutes', least: 0, most: 59, words: '0-59, with the wildcards , - * /' },
  { name: 'hours', least: 0, most: 23, words: '0-23, with the wildcards , - * /' },
  {
    name: 'day of month',
    least: 1,
    most: 31,
    others: [/^L$/, /^([1-9]|[12]\d|3[01])W$/],
    words: '1-31, with the wildcards , - * ? / L W',
  },
  { name: 'month', least: 1, most: 12, names: MONTHS, words: '1-12 or JAN-DEC, with the wildcards , - * /' },
  {
    name: 'day of week',
    least: 1,
    most: 7,
    names: WEEKDAYS,
    others: [/^([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)?L$/],
    words: '1-7 or SUN-SAT, with the wildcards , - * ? / L #',
  },
  { name: 'year', least: 1970, most: 2199, words: '1970-2199, with the wildcards , - * /' },
];
const [, , DAY_OF_MONTH, , DAY_OF_WEEK] = CRON_FIELDS;
/** `6#3`, the third Friday: the only expression in its field. */
const NTH_WEEKDAY = /^([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5]$/;

const FORMS = { cron: cronFault, rate: rateFault, at: atFault };

/**
 * What is wrong with the expression of a schedule, as far as EventBridge Scheduler's user guide says what is right ("Schedule
 * types"); undefined if nothing is. The text completes "…: ".
 */
module.exports = (expression) => {
  const [, form, content] = /^(cron|rate|at)\((.*)\)$/.exec(String(expression)) ?? [];
  const shown = JSON.stringify(expression);
  if (typeof expression !== 'string' || form === undefined) {
    return `${shown} is none of cron(…), rate(…) and at(…), such as cron(30 2 * * ? *).`;
  }
  const fault = FORMS[form](content);
  return fault && `${shown} ${fault}`;
};

function cronFault(content) {
  const given = content.split(/\s+/);
  if (given.length !== CRON_FIELDS.length || given.includes('')) {
    const names = CRON_FIELDS.map(({ name }) => name).join(', ');
    return `has ${given.filter(Boolean).length} fields; cron(…) takes 6, separated by spaces: ${names}.`;
  }
  const wrong = CRON_FIELDS.find((field, index) => !isFieldValid(given[index], field));
  if (wrong) return `has ${given[CRON_FIELDS.indexOf(wrong)]} as its ${wrong.name}, which may be ${wrong.words}.`;
  const days = [DAY_OF_MONTH, DAY_OF_WEEK].map((field) => given[CRON_FIELDS.indexOf(field)]);
  return days.filter((day) => day === '?').length === 1
    ? undefined
    : `has ${days[0]} as its day of month and ${days[1]} as its day of week: exactly one of the two must be ?.`;
}

function isFieldValid(text, field) {
  if (text === '?') return field === DAY_OF_MONTH || field === DAY_OF_WEEK;
  if (field === DAY_OF_WEEK && NTH_WEEKDAY.test(text)) return true;
  return text.split(',').every((item) => isItemValid(item, field));
}

/** One of the parts that commas separate: a value, a range or all, each perhaps with an increment. */
function isItemValid(item, field) {
  if (field.others?.some((other) => other.test(item))) return true;
  const [, range, , increment] = /^([^/]+)(\/(\d+))?$/.exec(item) ?? [];
  if (range === undefined || (increment !== undefined && !(increment >= 1 && increment <= field.most))) return false;
  if (range === '*') return true;
  const [from, to = from, ...more] = range.split('-').map((value) => numberOf(value, field));
  return more.length === 0 && from >= field.least && to <= field.most && from <= to;
}

function numberOf(text, { least, names = [] }) {
  if (/^\d+$/.test(text)) return Number(text);
  return names.includes(text) ? names.indexOf(text) + least : Number.NaN;
}

function rateFault(content) {
  const [, number, , plural] = /^(\d+) (minute|hour|day)(s?)$/.exec(content) ?? [];
  const isValid = number > 0 && (Number(number) === 1) === (plural === '');
  return isValid
    ? undefined
    : 'is not valid; rate(…) takes a whole number above 0 and minutes, hours or days, such as rate(1 hour) or rate(7 days).';
}

function atFault(content) {
  const isForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(content);
  const date = new Date(`${content}Z`);
  // Some dates that don't exist, such as February 30, are taken for a later one.
  return isForm && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(content)
    ? undefined
    : 'is not a date and time that exists; at(…) takes yyyy-mm-ddThh:mm:ss, such as at(2030-01-31T08:00:00).';
}
