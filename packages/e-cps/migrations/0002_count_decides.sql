-- The count of wrong PINs decides by itself: a process killed between the third and the block left these between the two.
update e_cps.device set state = 'blocked' where state = 'active' and pin_attempts >= 3;
