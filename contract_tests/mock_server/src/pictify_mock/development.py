"""The default keys and plan, for development."""

from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team

API_KEY = "pk_test_development_only"
WRITE_KEY = "wk_test_development_only"
PLAN = "business"


def team(plan: str = PLAN) -> Team:
    return Team(API_KEY.encode(), (WRITE_KEY.encode(),), PLANS[plan])
