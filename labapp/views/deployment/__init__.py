"""A deployment in one picture: clients, a proxy and the servers behind it, and each request's way."""

from labapp.views.deployment.view import DeploymentView, watch

__all__ = ["DeploymentView", "watch"]
