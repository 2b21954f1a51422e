"""Records what IAM would authorize for every call of the local cloud's API: action, resource, and condition keys of the request."""
