/** A reporter that fails the run when two tests of a project have the same full name: a report that names one of them names both. */
export default class {
  /** The files with a test of that name, by project and full name. */
  #files = new Map();

  onTestResult({ path, context }, { testResults }) {
    const project = context.config.displayName?.name ?? "";
    for (const { fullName } of testResults) {
      const key = `${project}: ${fullName}`;
      this.#files.set(key, [...(this.#files.get(key) ?? []), path]);
    }
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
