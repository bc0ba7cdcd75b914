import { AwsError } from '../protocols/aws-json.ts';

/** The elements of an error document besides code and message, such as `Key`. */
export type ErrorDetails = Record<string, string | number>;

/** An error of S3, with the additional elements and headers of its response. */
export class S3Error extends AwsError {
  readonly details: ErrorDetails;
  readonly headers: Record<string, string>;

  constructor(
    code: string,
    statusCode: number,
    message: string,
    details: ErrorDetails,
    headers: Record<string, string>,
  ) {
    super(code, message, statusCode);
    this.details = details;
    this.headers = headers;
  }
}

/** S3's error codes with their status and usual message. Source: Amazon S3 API reference, "Error responses". */
const ERRORS = {
  AccessControlListNotSupported: [400, 'The bucket does not allow ACLs'],
  AccessDenied: [403, 'Access Denied'],
  AuthorizationQueryParametersError: [400, 'A query parameter of the presigned URL is missing or wrong.'],
  BadDigest: [400, 'The Content-MD5 you specified did not match what we received.'],
  BadRequest: [400, 'Bad Request'],
  BucketAlreadyOwnedByYou: [409, 'Your previous request to create the named bucket succeeded and you already own it.'],
  BucketNotEmpty: [409, 'The bucket you tried to delete is not empty'],
  ConditionalRequestConflict: [
    409,
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
  ],
  EntityTooLarge: [400, 'Your proposed upload exceeds the maximum allowed size'],
  EntityTooSmall: [400, 'Your proposed upload is smaller than the minimum allowed size'],
  IllegalVersioningConfigurationException: [400, 'The Versioning element must be specified'],
  IncompleteBody: [400, 'You did not provide the number of bytes specified by the Content-Length HTTP header'],
  InvalidArgument: [400, 'Invalid Argument'],
  InvalidBucketName: [400, 'The specified bucket is not valid.'],
  InvalidDigest: [400, 'The Content-MD5 you specified was invalid.'],
  InvalidLocationConstraint: [400, 'The specified location-constraint is not valid'],
  InvalidPart: [
    400,
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  ],
  InvalidPartNumber: [416, 'The requested partnumber is not satisfiable'],
  InvalidPartOrder: [400, 'The list of parts was not in ascending order. Parts must be ordered by part number.'],
  InvalidRange: [416, 'The requested range is not satisfiable'],
  InvalidRequest: [400, 'Invalid Request'],
  InvalidStorageClass: [400, 'The storage class you specified is not valid'],
  InvalidTag: [400, 'The tag provided was not a valid tag.'],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  KeyTooLongError: [400, 'Your key is too long'],
  MalformedTrailerError: [
    400,
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  ],
  MalformedXML: [400, 'The XML you provided was not well-formed or did not validate against our published schema'],
  MetadataTooLarge: [400, 'Your metadata headers exceed the maximum allowed metadata size'],
  MethodNotAllowed: [405, 'The specified method is not allowed against this resource.'],
  MissingContentLength: [411, 'You must provide the Content-Length HTTP header.'],
  NoSuchBucket: [404, 'The specified bucket does not exist'],
  NoSuchKey: [404, 'The specified key does not exist.'],
  NoSuchTagSet: [404, 'The TagSet does not exist'],
  NoSuchUpload: [
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  ],
  NoSuchVersion: [404, 'The specified version does not exist.'],
  NotImplemented: [501, 'A header or query you provided requested a function that is not implemented.'],
  PreconditionFailed: [412, 'At least one of the pre-conditions you specified did not hold'],
  XAmzContentSHA256Mismatch: [400, "The provided 'x-amz-content-sha256' header does not match what was computed."],
} as const satisfies Record<string, [status: number, message: string]>;

export interface ErrorOptions {
  message?: string;
  details?: ErrorDetails;
  headers?: Record<string, string>;
}

export function s3Error(
  code: keyof typeof ERRORS,
  { message, details = {}, headers = {} }: ErrorOptions = {},
): S3Error {
  const [statusCode, usual] = ERRORS[code];
  return new S3Error(code, statusCode, message ?? usual, details, headers);
}

/** @param name the argument's name in the request, such as `max-keys` */
export function invalidArgument(message: string, name: string, value: string): S3Error {
  return s3Error('InvalidArgument', { message, details: { ArgumentName: name, ArgumentValue: value } });
}

/** For everything that the local S3 does not implement. It must change nothing. */
export function notImplemented(what: string): S3Error {
  return s3Error('NotImplemented', { message: `${what} is not implemented by the local S3. Nothing was changed.` });
}
