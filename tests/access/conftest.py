"""The site with everyone signed in, empty or with grievances."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.access.planted import Planted, plant
from tests.access.site import Site
from webapp.config import Settings


@pytest.fixture
def site(app: Flask, session: Session) -> Site:
    """Nothing was filed yet."""
    return Site(app, session)


@pytest.fixture
def planted(site: Site, settings: Settings) -> Planted:
    """Every kind of grievance stands."""
    return plant(site, settings)
