import fc from 'fast-check';
import { inject } from 'vitest';

// One number repeats a whole run: the order of the tests and the values of the properties.
fc.configureGlobal({ seed: inject('seed') });
