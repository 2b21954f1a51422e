export { Dashboard } from "./dashboard";
export { dashboardPlans } from "./plans";
