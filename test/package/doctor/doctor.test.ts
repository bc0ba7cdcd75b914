import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { reportSchema } from '../../../cli/doctor/report-schema.ts';
import { exitStatusOf } from '../../../cli/doctor/verdict.ts';
import { setNames } from '../packaged.ts';
import { accountOf } from './account.ts';
import { doctorInAccount, troubles } from './examine.ts';

const examine = doctorInAccount();
const ajv = new Ajv2020({ strict: true });
addFormats.default(ajv);
const isReport = ajv.compile(reportSchema);

describe.each(setNames)('the doctor, in a healthy account (%s),', (name) => {
  it('the doctor finds nothing amiss, and writes a report that its schema allows', async () => {
    const account = await accountOf(name);
    const { report } = await examine(account, { datasetArn: account.datasetArn });
    expect(troubles(report)).toEqual([]);
    expect(report.findings.length).toBeGreaterThan(35);
    expect(report.verdict).toBe('ok');
    expect(exitStatusOf(report)).toBe(0);
    isReport(report);
    expect(isReport.errors).toBe(null);
  });
});
