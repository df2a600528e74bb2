"""People, invitations, the audit log and the state of the system; never what anybody wrote."""
