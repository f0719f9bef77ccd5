import { theme as antd, type ThemeConfig } from 'antd';
import { coloursOf, type Theme } from './theme';

/** antd in our colours; its own defaults fail AA for links, tags and secondary text. */
export function antdTheme(theme: Theme): ThemeConfig {
  const colours = coloursOf(theme);
  return {
    algorithm: theme === 'dark' ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: theme === 'dark' ? '#3c89e8' : colours.primary,
      // antd's own are paler than what they stand for: white on them is hardly to be read.
      colorPrimaryHover: colours.pressed,
      colorPrimaryActive: colours.pressed,
      colorLink: colours.primary,
      colorLinkHover: colours.primary,
      colorSuccess: colours.success,
      colorSuccessBg: colours.successSoft,
      colorWarning: colours.warning,
      colorWarningBg: colours.warningSoft,
      colorError: colours.error,
      colorErrorBg: colours.errorSoft,
      colorText: colours.text,
      colorTextSecondary: colours.secondary,
      colorTextTertiary: colours.secondary,
      colorTextDescription: colours.secondary,
      colorTextPlaceholder: colours.secondary,
      colorBgLayout: colours.background,
      colorBgContainer: colours.surface,
      colorBorder: colours.border,
      colorBorderSecondary: colours.border,
      borderRadius: 6,
      fontFamily: 'var(--font)',
      // Nothing moves that does not have to.
      motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    },
    components: {
      Button: {
        defaultHoverColor: colours.primary,
        defaultHoverBorderColor: colours.primary,
        defaultActiveColor: colours.primary,
        defaultActiveBorderColor: colours.primary,
      },
    },
  };
}
