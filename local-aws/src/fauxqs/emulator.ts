import { buildApp } from 'fauxqs';
import { AwsError } from '../protocols/aws-json.ts';
import { type ErrorForm, formError } from '../protocols/error-form.ts';

export type Emulator = Awaited<ReturnType<typeof buildApp>>;

/** Starts the library fauxqs, of which only SNS, SQS and STS are used. Its errors get the forms of these services. */
export async function startEmulator(region: string): Promise<Emulator> {
  const emulator = buildApp({ logger: false, defaultRegion: region });
  emulator.addHook('onSend', (request, reply, _payload, done) => {
    if (request.headers['x-amz-target']) reply.header('content-type', 'application/x-amz-json-1.0');
    done();
  });
  emulator.setErrorHandler((error, request, reply) => {
    const form = request.headers['x-amz-target'] ? 'json' : 'query';
    const { statusCode, headers, body } = formError(form, asAwsError(error as Error, form));
    return reply.code(statusCode).headers(headers).send(body);
  });
  await emulator.ready();
  return emulator;
}

function asAwsError(error: Error & { statusCode?: number }, form: ErrorForm): AwsError {
  if (form === 'json' && error instanceof TypeError) {
    return new AwsError('SerializationException', 'A member of the request has a wrong type.');
  }
  const { statusCode = 500, message } = error;
  return new AwsError(statusCode < 500 ? 'InvalidRequest' : 'InternalError', message, statusCode);
}
