/** The mutations of which the audit trail has no entry, each with the reason. Every other one makes exactly one. */
export const GUESTS_OWN: Readonly<Record<string, string>> = {
  signUp: 'opens an account of their own',
  signIn: 'begins a session of their own',
  refreshSession: 'goes on with a session of their own',
  signOut: 'ends a session of their own',
  updateProfile: 'changes their own name and phone',
  deleteAccount: 'deletes their own account',
  markNotificationsRead: 'reads their own notifications',
  redeemReward: 'spends their own points',
  addToCart: 'fills their own cart',
  updateCartLine: 'changes their own cart',
  removeCartLine: 'changes their own cart',
  checkout: 'orders for themselves',
  placeOrder: 'orders for themselves',
};
