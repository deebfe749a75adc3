"""What the rule tests share: an API client, payloads, experiments and assertions."""
