/** What the commands of operators have in common: how arguments are read, and how a failure is reported. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { ConfigurationError } from '../platform/config.js';

const HELP_OPTION = { help: { type: 'boolean', short: 'h', default: false } } as const;

/** With `--help` beside the options that are given. @throws ConfigurationError with the help text. */
export function readArguments<const Options extends NonNullable<ParseArgsConfig['options']>>(
  options: Options,
  help: string,
) {
  try {
    return parseArgs({ options: { ...options, ...HELP_OPTION }, allowPositionals: true });
  } catch (error) {
    throw new ConfigurationError(`${reasonOf(error)}\n\n${help}`);
  }
}

/** What Node says of arguments and files, without its advice and the call that failed: "Unknown option '--x'", "no such file or directory". */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [sentence = message] = message.split(/\. (?=[A-Z])/);
  return sentence.replace(/^E[A-Z]+: /, '').replace(/, \w+ '.*'$/, '');
}

/**
 * @param command returns the exit code. Where it throws, the exit code is 1; what an operator can mend (ConfigurationError) is printed
 * without a stack.
 */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    console.error(error instanceof ConfigurationError ? error.message : error);
    process.exitCode = 1;
  }
}
