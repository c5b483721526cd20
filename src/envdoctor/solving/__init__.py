"""A request in its world becomes a Resolution or Unsatisfiable; two engines that must agree."""
