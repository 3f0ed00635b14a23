"""`python -m ctpanel`: the same program as the `ctpanel` command."""

import sys

from ctpanel.start import main

if __name__ == "__main__":
    sys.exit(main())
