int nobody_owns_this;
