import { createHash } from 'node:crypto';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Shuffles the files of each project by the seed of the run, and keeps the projects in their order: a worker process
 * serves one project only, so that mixed projects would start a process per file. */
export default class ShuffledProjects extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { projects, config } = this.ctx;
    const rank = ({ moduleId }: TestSpecification) =>
      createHash('sha1').update(`${config.sequence.seed} ${moduleId}`).digest('hex');
    return projects.flatMap((project) =>
      files.filter((file) => file.project === project).sort((a, b) => (rank(a) < rank(b) ? -1 : 1)),
    );
  }
}
