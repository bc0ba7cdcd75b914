const { loadConfig, NODE_REGION_CONFIG_FILE_OPTIONS, NODE_REGION_CONFIG_OPTIONS } = require('@smithy/core/config');

/** A template is the same in every region, so it can be packaged without one. */
const FOR_PACKAGING = 'us-east-1';

/** The region of a deployment. */
module.exports = async ({ options }) => (await findRegion(options)) ?? FOR_PACKAGING;

/**
 * The rule of all commands, also of those in cli/: the option --region, AWS_REGION, AWS_DEFAULT_REGION, the profile.
 * @returns undefined where none of them has a region
 */
async function findRegion({ region, 'aws-profile': profile }) {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  return region || AWS_REGION || AWS_DEFAULT_REGION || (await regionOfProfile(profile || undefined));
}

async function regionOfProfile(profile) {
  const selectors = { ...NODE_REGION_CONFIG_OPTIONS, default: undefined };
  return await loadConfig(selectors, { ...NODE_REGION_CONFIG_FILE_OPTIONS, profile })().catch(() => undefined);
}

module.exports.findRegion = findRegion;
