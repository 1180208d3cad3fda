/**
 * Run by npm before every command of the project: prepares a clone to run, doing only what is missing. Plain Node without
 * dependencies. When everything is up to date it prints nothing and takes some milliseconds.
 *
 * Files that the code reads rather than imports (`schema/*.graphql`, `prisma/<name>/`) are not copied: the build in `dist/`
 * finds them from the project's folder. `--without-screens` is for the commands that write what the screens are built from.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Kedai needs Node.js 20.19 or newer, and this is ${process.version}. See https://nodejs.org/en/download`,
  );
  process.exit(1);
}

try {
  const { prepare } = await import('./prepare/prepare.mjs');
  await prepare({ screens: !process.argv.includes('--without-screens') });
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}
