"""Somebody invited makes an account, or a new password for the old one."""
