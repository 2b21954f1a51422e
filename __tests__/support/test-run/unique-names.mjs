/** A reporter that fails the run when two unit tests have the same full name: a report that names one of them names both. */
export default class {
  /** Files of a test by its full name. */
  #files = new Map();

  onTestResult({ path, context }, { testResults }) {
    if (context.config.displayName?.name !== "unit") return;
    for (const { fullName } of testResults) this.#files.set(fullName, [...(this.#files.get(fullName) ?? []), path]);
  }

  onRunComplete() {
    for (const [name, files] of this.#duplicates()) {
      process.stderr.write(`Two tests have the name "${name}"; rename one: ${files.join(", ")}\n`);
    }
  }

  /** Jest fails the run when a reporter has an error, and does not print it. */
  getLastError() {
    return this.#duplicates().length === 0 ? undefined : new Error("Two tests have the same name.");
  }

  #duplicates() {
    return [...this.#files].filter(([, files]) => files.length > 1);
  }
}
