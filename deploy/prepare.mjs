/**
 * Run by npm before every command of the project: makes a clone ready to run, doing only what is not done yet.
 * Plain Node that needs nothing installed. When everything is current it says nothing and takes a blink.
 *
 * What the code reads rather than imports (`schema/*.graphql`, `prisma/<name>/`) stays where it is: the build in
 * `dist/` finds it from the project's folder and copies nothing.
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
  await prepare();
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}
