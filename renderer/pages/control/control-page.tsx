export const ControlPage = () => <h1>Control</h1>;
