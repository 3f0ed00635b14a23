"""Where the frozen program begins."""

import sys

from ctpanel.start import main

if __name__ == "__main__":
    sys.exit(main())
