const { readFileSync } = require('node:fs');
const { join } = require('node:path');

/** The definition as it stands in its file: one string, whose placeholders CloudFormation fills in. */
module.exports = () => readFileSync(join(__dirname, '../statemachine/dataset-export.asl.json'), 'utf8');
