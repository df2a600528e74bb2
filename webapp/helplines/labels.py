"""The kinds of help for which a number can be given, in the order in which a page lists them."""

from collections.abc import Mapping

from webapp.config import N_

KINDS: Mapping[str, str] = {
    "police": N_("Police"),
    "rescue": N_("Rescue and ambulance"),
    "control_room": N_("District control room"),
    "women_children": N_("Protection of women and children"),
    "legal_aid": N_("Free legal help"),
    "mine_action": N_("Mines and unexploded bombs"),
    "other": N_("Other help"),
}
