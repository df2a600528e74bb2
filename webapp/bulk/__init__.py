"""Paper forms: the blank form and the sheet, and handing in a filled sheet."""
