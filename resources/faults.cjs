const { default: Ajv } = require('ajv');

/**
 * What is wrong with a value. A schema's `description` completes the sentence "… must be".
 * @param coerceTypes also accepts numbers and booleans as text, and replaces them in `value`.
 * @returns for each fault where it is, as a JSON pointer, and a text: `is "soon", but must be a whole number.`
 */
module.exports = (schema, value, { coerceTypes = false } = {}) => {
  const ajv = new Ajv({ allErrors: true, verbose: true, coerceTypes });
  if (ajv.validate(schema, value)) return [];
  return ajv.errors.map(({ instancePath, data, message, params, parentSchema: { description } }) => {
    const unknown = params.additionalProperty ? `: ${params.additionalProperty}` : '';
    const expected = description ? `must be ${description}` : `${message}${unknown}`;
    return { pointer: instancePath || '/', text: `is ${JSON.stringify(data)}, but ${expected}.` };
  });
};
