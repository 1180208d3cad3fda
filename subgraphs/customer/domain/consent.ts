/** Whether persons agree to being counted by reports about customers. Without an answer they do not. */

export interface AnalyticsConsent {
  readonly isGranted: boolean;
  /** Null where the person never said. */
  readonly at: Date | null;
  /** The name and version of the text that the person agreed to; null where consent is not granted. */
  readonly notice: string | null;
}

export const NEVER_GIVEN: AnalyticsConsent = { isGranted: false, at: null, notice: null };
