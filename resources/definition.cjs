const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { parse } = require('yaml');

const FILE = join(__dirname, '../statemachine/dataset-export.asl.yml');

/** The definition of the state machine as JSON text, for DefinitionString. CloudFormation fills in its placeholders. */
module.exports = () => JSON.stringify(parse(readFileSync(FILE, 'utf8')), null, 2);
