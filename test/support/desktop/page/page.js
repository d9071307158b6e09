const live = document.querySelector('#live');
window.bridge.subscribe('live', (state) => {
  live.textContent = `${state.socPct.value} %`;
});
document.querySelector('#stop').addEventListener('click', () => {
  const input = { siteId: 'site_fake', who: 'Ada', surface: 'window' };
  void window.bridge.command('stop.activate', input, 'stop-from-window');
});
