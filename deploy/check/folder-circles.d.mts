/** The part of dependency-cruiser's modules that is read. */
interface Module {
  readonly source: string | undefined;
  readonly dependencies: readonly {
    readonly resolved: string | undefined;
    readonly dependencyTypes: readonly string[];
  }[];
}

export declare const SOURCES: readonly string[];
export declare function folderCircles(modules: readonly Module[]): string[][];
