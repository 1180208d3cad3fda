/** What pdfkit 0.20 does beyond its types (0.17). */
import type { Font } from 'fontkit';

declare global {
  namespace PDFKit.Mixins {
    interface PDFFont {
      /** A font that fontkit has opened. */
      font(source: Font): this;
    }
    interface PDFSubset {
      initSubset(options: { subset: 'PDF/UA' }): void;
    }
  }
}
