"""Where the frozen program begins."""

import sys

from ctpanel.main import main

if __name__ == "__main__":
    sys.exit(main())
