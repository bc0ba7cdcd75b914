const cron = require('aws-cron-parser');

const HOUR = 3_600_000;
const MINUTES_IN = { minute: 1, hour: 60, day: 1_440 };
/** A CloudWatch alarm looks back at most seven days. */
const MOST_HOURS = 168;
/** A year of runs, the same in every deployment: it has each weekday, each end of a month and both changes of the clock. */
const FIRST_DAY = Date.UTC(2027, 0, 1);
const LAST_DAY = Date.UTC(2028, 0, 31);

/**
 * After how many hours without a success something must be wrong, for the setting alarmAfterHoursWithoutSuccess: auto.
 * @param schedules the entries of the schedules file
 * @param deadlineMinutes the deadline of a request that has none
 * @returns the longest time between two runs of the schedules plus the longest deadline, in hours; 0 where no schedule recurs,
 * and where that is longer than an alarm looks back
 */
module.exports = (schedules, deadlineMinutes) => {
  const recurring = schedules.filter(({ enabled = true, expression }) => enabled && recurs(expression));
  const longestGap = Math.min(...rateGaps(recurring), cronGap(recurring));
  const deadlines = recurring.flatMap(({ request = {} }) =>
    [request, ...(request.exports ?? [])].map((one) => one.deadlineMinutes ?? deadlineMinutes),
  );
  const hours = Math.ceil(longestGap / HOUR + Math.max(...deadlines) / 60);
  return hours <= MOST_HOURS ? hours : 0;
};

/** A cron expression with years comes to an end, like at(…). */
function recurs(expression) {
  return /^rate\(/.test(expression) || /^cron\((\S+\s+){5}\*\)$/.test(expression);
}

/** When the first run of rate(…) is, depends on the deployment. So each rate is judged alone. */
function rateGaps(schedules) {
  return schedules.flatMap(({ expression }) => {
    const [, number, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
    return unit ? [(Number(number) * MINUTES_IN[unit] * HOUR) / 60] : [];
  });
}

/** The longest time between two runs, of whichever schedules with cron(…). */
function cronGap(schedules) {
  const runs = schedules
    .filter(({ expression }) => expression.startsWith('cron('))
    .flatMap(({ expression, timeZone = 'UTC' }) => runsOf(expression.slice('cron('.length, -1), timeZone))
    .sort((one, other) => one - other);
  return runs.reduce((longest, run, index) => Math.max(longest, run - (runs[index - 1] ?? run)), 0) || Infinity;
}

/** The runs of a year in milliseconds, at most one per hour. None for an expression that the parser doesn't know. */
function runsOf(expression, timeZone) {
  const offset = offsetIn(timeZone);
  const runs = [];
  try {
    const parsed = cron.parse(expression);
    const nextAfter = (time) => cron.next(parsed, new Date(time))?.getTime() ?? LAST_DAY;
    for (let run = nextAfter(FIRST_DAY); run < LAST_DAY; run = nextAfter(Math.floor(run / HOUR + 1) * HOUR - 1)) {
      // The parser knows no time zones: its times are those of the clock on the wall.
      runs.push(run - offset(run));
    }
  } catch {
    return [];
  }
  return runs;
}

/** How far a time zone is ahead of UTC at a time, in milliseconds. */
function offsetIn(timeZone) {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  return (time) => {
    const { value } = format.formatToParts(time).find(({ type }) => type === 'timeZoneName');
    const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)$/.exec(value) ?? [null, '+', 0, 0];
    return Number(`${sign}1`) * (Number(hours) + Number(minutes) / 60) * HOUR;
  };
}
